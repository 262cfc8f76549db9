"""Readers: one value or none."""

import pytest

from ocr_service.kinds import values
from ocr_service.kinds.description import Reader


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (values.a_date, "2018年03月05日", "2018-03-05"),
        (values.a_date, "2018 年 3 月 5 日", "2018-03-05"),
        (values.a_date, "2018-03-0512:33", "2018-03-05"),
        (values.a_date, "18/03/05", "2018-03-05"),
        (values.a_date, "20180305", "2018-03-05"),
        (values.a_date, "2018-03-88", None),
        (values.a_date, "2018-0-o", None),
        (values.a_date, "120180305123", None),
        (values.a_time, "08:05", "08:05"),
        (values.a_time, "8:05", "08:05"),
        (values.a_time, "08=05", "08:05"),
        (values.a_time, "0805", "08:05"),
        (values.a_time, "08105", "08:05"),
        (values.a_time, "2018-03-05 08:05", "08:05"),
        (values.a_time, "08:05-08:41", None),
        (values.a_time, "25:05", None),
        (values.a_time, "08:65", None),
        (values.a_duration, "00:05:10", "00:05:10"),
        (values.a_duration, "00:05.10", "00:05.10"),
        (values.a_duration, "00105:10", "00:05:10"),
        (values.a_duration, "00:81.22", None),
        (values.an_amount, "¥62.00", "62.00"),
        (values.an_amount, "62.5元", "62.50"),
        (values.an_amount, "8.00<全>", "8.00"),
        (values.an_amount, "￥1,234.50 元整", "1234.50"),
        (values.an_amount, "5", "5.00"),
        (values.an_amount, "1元 共2人", "1.00"),
        (values.an_amount, "12 34", None),
        (values.an_amount, "12.345", None),
        (values.an_amount, "0012", None),
        (values.an_amount, "12:30", None),
        (values.an_amount, "15.8km", None),
        (values.a_measure, "15.8公里", "15.8"),
        (values.a_measure, "2.50元/公里", "2.50"),
        (values.a_measure, "3-2km", "3.2"),
        (values.a_measure, "15.8 2.3", None),
        (values.amount_words, "人民币壹佰元整", "壹佰元整"),
        (values.amount_words, "壹佰贰元元整", None),
        (values.a_code, "199001751011", "199001751011"),
        (values.a_code, "19900175A011", "19900175A011"),
        (values.a_code, "1990 0175 1011", "199001751011"),
        (values.a_code, "19900175101", None),
        (values.a_number, "l2345678", "12345678"),
        (values.a_number, "123456789", None),
        (values.a_plate, "豫A·T1234", "豫AT1234"),
        (values.a_plate, "AT1234", None),
        (values.a_station, "青禾北站", "青禾北"),
        (values.a_station, "青禾汽车站", "青禾汽车站"),
        (values.a_station, "2018", None),
        (values.a_person, "9901**2417 王小明", "王小明"),
        (values.a_person, "1234", None),
    ],
)
def test_one_value_or_none(read: Reader, text: str, value: str | None) -> None:
    assert read(text) == value
