"""What a person can do better when the photo is taken again: told at upload, while the paper is still at hand."""

from enum import StrEnum


class CaptureAdvice(StrEnum):
    """A flaw of a picture that makes it hard to read; the picture is stored all the same."""

    BLURRED = "blurred"
    GLARE = "glare"
    DARK = "dark"
    FAINT = "faint"
    CUT_OFF = "cut_off"
    SMALL_PRINT = "small_print"
    QR_UNREADABLE = "qr_unreadable"

    @property
    def chinese(self) -> str:
        """What to do about it, for a clerk."""
        return _WORDS[self][0]

    @property
    def english(self) -> str:
        """The same in English."""
        return _WORDS[self][1]


_WORDS = {
    CaptureAdvice.BLURRED: (
        "照片模糊：请擦净镜头，拿稳手机，对焦后重拍。",
        "The picture is blurred: wipe the lens, hold still, let it focus and take it again.",
    ),
    CaptureAdvice.GLARE: (
        "票面反光：请关闭闪光灯，避开灯光直射后重拍。",
        "Light is reflected off the paper: turn the flash off or tilt away from the lamp and take it again.",
    ),
    CaptureAdvice.DARK: (
        "照片太暗：请到明亮处重拍。",
        "The picture is too dark: take it again where there is more light.",
    ),
    CaptureAdvice.FAINT: (
        "字迹太浅：请调高扫描对比度，或在均匀光线下重拍。",
        "The print is faint: scan with more contrast, or photograph it in even light.",
    ),
    CaptureAdvice.CUT_OFF: (
        "票面被裁切：请让整张票据四边都在画面内。",
        "Print runs over the edge of the picture: keep all four sides of the paper in view.",
    ),
    CaptureAdvice.SMALL_PRINT: (
        "字太小：请靠近拍摄，或以 300 dpi 扫描。",
        "The print is too small: come closer, or scan at 300 dpi.",
    ),
    CaptureAdvice.QR_UNREADABLE: (
        "二维码无法识别：请保证二维码清晰、完整、无遮挡后重拍。",
        "There is a QR code that cannot be decoded: take it again with the code sharp, whole and uncovered.",
    ),
}
