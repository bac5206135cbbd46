"""Expected refusals: a stable code, an HTTP status, what happened and what to do, in the officer's words."""


class AppError(Exception):
    """Something the office asked for is refused. ``message`` says what happened, ``remedy`` what to do next."""

    code = "error"
    status = 400
    title = "无法完成"

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def sentence(self) -> str:
        return f"{self.message}{self.remedy}"


class InvalidInput(AppError):
    """A form or a body with something missing or out of range; ``fields`` maps each field to its sentence."""

    code, status, title = "invalid_input", 422, "填写有误"

    def __init__(self, message: str, remedy: str = "", fields: dict[str, str] | None = None) -> None:
        super().__init__(message, remedy)
        self.fields = fields or {}


class NotSignedIn(AppError):
    code, status, title = "not_signed_in", 401, "请先登录"


class PasswordChangeNeeded(AppError):
    code, status, title = "password_change_needed", 403, "请先修改首次密码"


class SecondFactorNeeded(AppError):
    code, status, title = "second_factor_needed", 403, "请先设置动态口令"


class WrongPassword(AppError):
    code, status, title = "wrong_password", 401, "未能登录"


class TooManyAttempts(AppError):
    """``wait``: after how many seconds the next try is looked at."""

    code, status, title = "too_many_attempts", 429, "暂停登录"
    wait = 0


class Forbidden(AppError):
    """``right`` says in words which one is missing; the trail keeps it."""

    code, status, title = "forbidden", 403, "没有权限"

    def __init__(self, message: str, remedy: str = "", right: str = "") -> None:
        super().__init__(message, remedy)
        self.right = right


class CrossOrigin(AppError):
    code, status, title = "cross_origin", 403, "请求被拦下"


class NotFound(AppError):
    code, status, title = "not_found", 404, "没有找到"


class Conflict(AppError):
    code, status, title = "conflict", 409, "内容已有变化"


class BadRequest(AppError):
    """A body that is not what it says it is."""

    code, status, title = "bad_request", 400, "请求无法读取"


class MethodNotAllowed(AppError):
    code, status, title = "method_not_allowed", 405, "操作不适用"


class FileRefused(AppError):
    code, status, title = "file_refused", 422, "文件无法识别"


class TooLarge(AppError):
    code, status, title = "too_large", 413, "文件太大"


class Busy(AppError):
    code, status, title = "busy", 503, "系统正忙"


class OutsideDown(AppError):
    """A system outside that had to be asked gives no answer."""

    code, status, title = "outside_down", 503, "暂时不能登录"


class NotAdmitted(AppError):
    """The single sign-on knows the person, but none of our accounts lets them in."""

    code, status, title = "not_admitted", 403, "未能登录"


class InternalError(AppError):
    """Nobody's intention: told in words, and logged with its traceback."""

    code, status, title = "internal_error", 500, "系统出错"
