// What is wrong with a photo, while the paper is still there: cheap figures from a small copy of it. The archive looks more closely.
"use strict";

/**
 * Measured on 27 pictures of invoices and tickets, eight of them drawn: in focus, the steepest edges were 0.54 or more of the paper's
 * light; blurred by a standard deviation of 2.5 pixels on a side of 1,754, 0.32 or less. The upper quarter of the light was 166 or more, and
 * 51 or less with a fifth of the light. What a spot of glare and a cut edge look like is a rule of thumb, checked on drawn ones.
 */
const LOOK = { side: 640, sharp: 0.33, dark: 55, white: 254, glare: 0.04, paper: 0.85, table: 0.25 };

/** Codes of advice (`blurred`, `dark`, `glare`, `cut_off`) for a picture that a canvas can draw. */
function adviceOn(picture, width, height) {
  const scale = Math.min(1, LOOK.side / Math.max(width, height));
  const [columns, rows] = [Math.max(3, Math.round(width * scale)), Math.max(3, Math.round(height * scale))];
  const canvas = document.createElement("canvas");
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(picture, 0, 0, columns, rows);
  const grey = greyOf(context.getImageData(0, 0, columns, rows).data);
  const paper = brightness(grey, 0.75);
  const found = [];
  if (paper < LOOK.dark) found.push("dark");
  else if (sharpness(grey, columns, rows) < (LOOK.sharp * paper) / 255) found.push("blurred");
  if (hasGlare(grey, paper)) found.push("glare");
  if (isCut(grey, columns, rows, paper)) found.push("cut_off");
  return found;
}

function greyOf(pixels) {
  const grey = new Uint8Array(pixels.length / 4);
  for (let at = 0; at < grey.length; at += 1) grey[at] = (299 * pixels[4 * at] + 587 * pixels[4 * at + 1] + 114 * pixels[4 * at + 2]) / 1000;
  return grey;
}

/** The value below which this share of the pixels lies. */
function brightness(grey, share) {
  const counts = new Uint32Array(256);
  for (const value of grey) counts[value] += 1;
  let passed = 0;
  return counts.findIndex((count) => (passed += count) >= share * grey.length);
}

/** The mean of the strongest hundredth of all steps between neighbours, of 255: print that is in focus has steep edges. */
function sharpness(grey, columns, rows) {
  const counts = new Uint32Array(1021);
  let all = 0;
  for (let row = 1; row < rows - 1; row += 1) {
    for (let column = 1; column < columns - 1; column += 1) {
      const at = row * columns + column;
      const laplacian = Math.abs(4 * grey[at] - grey[at - 1] - grey[at + 1] - grey[at - columns] - grey[at + columns]);
      counts[laplacian] += 1;
      all += 1;
    }
  }
  let [left, sum] = [Math.max(1, Math.round(all / 100)), 0];
  const wanted = left;
  for (let value = counts.length - 1; value >= 0 && left > 0; value -= 1) {
    const taken = Math.min(left, counts[value]);
    sum += taken * value;
    left -= taken;
  }
  return sum / wanted / 255;
}

/** Whether a spot is blown out that the rest of the paper is not. */
function hasGlare(grey, paper) {
  const white = grey.reduce((count, value) => count + (value >= LOOK.white), 0);
  return paper < LOOK.white - 12 && white / grey.length > LOOK.glare;
}

/** Whether paper runs out of the picture at one edge while the table is seen at the opposite one; a picture that is all paper is a scan. */
function isCut(grey, columns, rows, paper) {
  const isPaper = (at) => Math.abs(grey[at] - paper) < 30;
  const share = (count, place) => {
    let like = 0;
    for (let step = 0; step < count; step += 1) like += isPaper(place(step));
    return like / count;
  };
  const across = [share(columns, (step) => columns + step), share(columns, (step) => (rows - 2) * columns + step)];
  const along = [share(rows, (step) => step * columns + 1), share(rows, (step) => step * columns + columns - 2)];
  return [across, along].some((pair) => Math.max(...pair) > LOOK.paper && Math.min(...pair) < LOOK.table);
}
