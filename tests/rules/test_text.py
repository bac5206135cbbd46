from app.rules.text import plain


def test_ideographic_spaces_stay_and_control_characters_go() -> None:
    assert plain("一、进度\r\n\u3000\u3000已\x0b完成\x00一半 ") == "一、进度\n\u3000\u3000已完成一半"
