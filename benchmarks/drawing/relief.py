"""Paper that does not lie flat: a lifted edge, an arch, a crease. Heights move what a camera sees and catch the light.

Heights are in parts of the paper's longer side. Seen from above at a distance D, a point at a height z appears moved outwards by z/D of
its way from under the camera, and towards where the camera leans by z times the tangent of that lean.
"""

from dataclasses import dataclass

import numpy as np

from benchmarks.drawing.point_map import Points

_ROUNDS = 5
"""A height moves points by a hundredth of the paper; each round leaves a tenth of the error of the one before."""


@dataclass(frozen=True, slots=True)
class Relief:
    """The shape of a paper of `width` x `height` pixels.

    `curl` is the height of a lifted edge or of an arch, `direction` the angle in degrees along which it rises; `fold` the height of a
    crease, `fold_at` its place from 0 to 1 across (`upright`) or down the paper. `lean` is the camera's, as tangents across and down,
    `distance` how many longer sides away it is.
    """

    width: float
    height: float
    curl: float = 0.0
    arched: bool = False
    direction: float = 0.0
    fold: float = 0.0
    fold_at: float = 0.5
    upright: bool = True
    lean: tuple[float, float] = (0.0, 0.0)
    distance: float = 2.0

    @property
    def side(self) -> float:
        """The longer side in pixels."""
        return max(self.width, self.height)

    def heights(self, points: Points) -> Points:
        """How high each point of the flat paper lies, in pixels."""
        along = self._along(points)
        lifted = 4 * along * (1 - along) if self.arched else along**2
        across = points[:, 0] / self.width if self.upright else points[:, 1] / self.height
        crease = np.maximum(0, 1 - np.abs(across - self.fold_at) / 0.5)
        return np.asarray(self.side * (self.curl * lifted + self.fold * crease))

    def seen(self, points: Points) -> Points:
        """Where points of the flat paper appear in its plane."""
        return points + self._moved(points)

    def flat(self, seen: Points) -> Points:
        """The points of the flat paper that appear there: the other way round."""
        points = seen
        for _ in range(_ROUNDS):
            points = seen - self._moved(points)
        return points

    def shade(self, points: Points, light: tuple[float, float]) -> Points:
        """How bright each point is beside flat paper (about 0.7 to 1.2), lit from a direction across and down."""
        step = self.side / 200
        here = self.heights(points)
        rise = [(self.heights(points + np.array(way) * step) - here) / step for way in ((1.0, 0.0), (0.0, 1.0))]
        return np.clip(1 - 0.9 * (rise[0] * light[0] + rise[1] * light[1]), 0.7, 1.2)

    def _along(self, points: Points) -> Points:
        """From 0 to 1 in the direction in which the paper rises."""
        angle = np.radians(self.direction)
        way = np.array([np.cos(angle), np.sin(angle)])
        reach = abs(way[0]) * self.width + abs(way[1]) * self.height
        return np.asarray(np.clip(((points - np.array([self.width, self.height]) / 2) @ way) / reach + 0.5, 0, 1))

    def _moved(self, points: Points) -> Points:
        outwards = (points - np.array([self.width, self.height]) / 2) / (self.distance * self.side)
        return np.asarray(self.heights(points)[:, None] * (outwards + np.array(self.lean)))
