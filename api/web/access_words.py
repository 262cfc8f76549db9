"""The sentences of the pages about people, keys and phones, Chinese and English side by side."""

from collections.abc import Mapping

from api.web.language import Pair

ROLES: Mapping[str, Pair] = {
    "uploader": ("收票员", "uploader"),
    "clerk": ("会计", "clerk"),
    "auditor": ("审计", "auditor"),
    "admin": ("管理员", "administrator"),
}

ROLE_MEANINGS: Mapping[str, Pair] = {
    "uploader": ("只上传，只看自己的上传", "hands in, and sees only the own uploads"),
    "clerk": ("上传、查票、更正、导出", "hands in, finds, corrects, exports"),
    "auditor": ("什么都能看，什么都不能改", "reads everything, changes nothing"),
    "admin": ("以上全部，并管理人员和密钥", "all of that, and people and keys"),
}

SCOPES: Mapping[str, Pair] = {
    "uploads:write": ("上传", "hand in"),
    "invoices:read": ("查票", "find and read"),
    "invoices:correct": ("更正与确认", "correct and confirm"),
    "exports:read": ("导出", "export"),
    "cases:write": ("办理案件", "keep cases"),
    "metrics:read": ("监控指标", "figures of the service"),
    "archive:admin": ("管理人员、密钥，查看记录", "people, keys and records"),
}

ACCESS: Mapping[str, Pair] = {
    "nav_people": ("人员", "People"),
    "nav_keys": ("密钥", "Keys"),
    "by_key": ("只收票", "uploads only"),
    "login_elsewhere": ("用单位账号登录", "Log in with the company's account"),
    # own password
    "password_title": ("修改密码", "Change your password"),
    "password_lead": (
        "修改后，您在其他设备上的登录都会退出；两步验证不变。",
        "Wherever else you are logged in, that ends with it; your second factor stays as it is.",
    ),
    "password_old": ("现在的密码", "Password you have now"),
    "password_done": ("密码已修改，其他登录已退出。", "The password is changed, and every other login of yours has ended."),
    "password_none": (
        "您在这里没有密码：用单位账号登录的，请到单位账号处修改。",
        "You have no password here: change it where you log in.",
    ),
    # second factor
    "factor_title": ("两步验证", "Second factor"),
    "factor_lead": (
        "登录时除密码外，再输入手机验证器显示的 6 位验证码。",
        "Besides the password, a login asks for the six digits that an authenticator on the phone shows.",
    ),
    "factor_must": ("管理员从其他机器登录，必须先设置两步验证。", "An administrator who logs in from elsewhere sets this up first."),
    "factor_set_up": ("设置两步验证", "Set up the second factor"),
    "factor_scan": (
        "用手机上的验证器（如微信小程序“腾讯身份验证器”、Microsoft Authenticator）扫这个二维码：",
        "Scan this with an authenticator on the phone, such as Microsoft Authenticator or FreeOTP:",
    ),
    "factor_by_hand": ("扫不了？手工输入密钥：", "No scanner? Type this key:"),
    "factor_alt": ("两步验证的二维码", "Code for the authenticator"),
    "factor_code": ("验证码", "Code"),
    "factor_confirm": ("确认", "Confirm"),
    "factor_code_lead": (
        "请输入验证器现在显示的 6 位验证码；手机不在身边，可用一个备用码。",
        "Type the six digits that the authenticator shows now, or one of the codes on paper.",
    ),
    "factor_done_title": ("两步验证已设置", "The second factor is set up"),
    "factor_done_lead": (
        "请抄下或打印这些备用码：手机丢了时，每个可代替验证码用一次。只显示这一次。",
        "Write these down or print them: each stands in for a code once when the phone is lost. They are shown this once.",
    ),
    "factor_done_next": ("已抄好，继续", "Written down, go on"),
    "factor_reset": ("取消两步验证", "Take the second factor away"),
    "factor_reset_hint": (
        "手机和备用码都丢了时使用；下次登录重新设置。",
        "For a lost phone without codes on paper; another is set up at the next login.",
    ),
    # people
    "people_title": ("人员", "People"),
    "people_lead": (
        "谁可以登录、能做什么。登录名一人一个，永不转给别人；不再需要的请停用。",
        "Who may log in, and what they may do. A login stands for one person for ever; switch off what is no longer needed.",
    ),
    "people_none": (
        "还没有人有登录名，只有这台机器可以使用。先添加一位管理员，此后所有人都要登录。",
        "Nobody has a login yet, so only this machine is served. Begin with an administrator; from then on everybody logs in.",
    ),
    "people_add": ("添加人员", "Add a person"),
    "person_display": ("姓名", "Name"),
    "person_role": ("角色", "Role"),
    "person_departments": ("部门", "Departments"),
    "person_departments_hint": ("多个部门用顿号隔开；不填为所有部门", "More than one: put commas between them; empty for all"),
    "person_name_hint": ("小写字母、数字和 . _ -，最多 32 个字符", "Small letters, digits and . _ -, up to 32"),
    "person_password_hint": ("{least} 到 {most} 个字符", "{least} to {most} characters"),
    "person_all_departments": ("所有部门", "all departments"),
    "person_enabled": ("可登录", "may log in"),
    "person_disabled": ("已停用", "switched off"),
    "person_save": ("保存", "Save"),
    "person_change": ("角色与部门", "Role and departments"),
    "person_change_hint": ("保存后，此人要重新登录。", "They have to log in again after this."),
    "person_self_hint": ("不能停用自己或改自己的角色，请让另一位管理员来做。", "Have another administrator change your own role."),
    "person_new_password": ("新密码", "New password"),
    "person_password_title": ("重设密码", "Reset the password"),
    "person_password_save": ("重设密码", "Reset the password"),
    "person_state_title": ("停用与启用", "Switch off or on"),
    "person_disable": ("停用", "Switch off"),
    "person_disable_hint": ("停用后立即不能登录；做过的一切仍记在此人名下。", "They are let in no more; what they did stays theirs."),
    "person_enable": ("启用", "Switch on"),
    "person_back": ("返回人员", "Back to people"),
    "person_done": ("已保存：{name}", "Saved: {name}"),
    "column_state_of_person": ("状态", "State"),
    # keys
    "keys_title": ("密钥", "Keys"),
    "keys_lead": (
        "手机、扫描仪和程序用密钥代替登录。密钥只显示一次；丢了就作废，另发一把。",
        "Phones, scanners and programs show a key instead of a login. A key is shown once; withdraw one that is lost and make another.",
    ),
    "keys_none": ("还没有密钥。", "There is no key."),
    "keys_add": ("新建密钥", "Make a key"),
    "key_label": ("名称", "What it is for"),
    "key_label_hint": ("如：前台扫描仪", "Such as: scanner at the front desk"),
    "key_scopes": ("权限", "May"),
    "key_department": ("部门", "Department"),
    "key_department_hint": ("不填为所有部门", "Empty for all"),
    "key_expires": ("最后一天", "Last day"),
    "key_expires_hint": ("不填为长期有效", "Empty for no end"),
    "key_used": ("最近使用", "Last used"),
    "key_never_used": ("从未使用", "never"),
    "key_stands": ("有效", "valid"),
    "key_revoked": ("已作废", "withdrawn"),
    "key_expired": ("已过期", "expired"),
    "key_until": ("有效至 {time}", "until {time}"),
    "key_made_by": ("{by} 创建", "made by {by}"),
    "key_revoke": ("作废", "Withdraw"),
    "key_revoked_done": ("已作废，从现在起不能再用。", "Withdrawn: it opens nothing any more."),
    "key_make": ("新建密钥", "Make the key"),
    "key_made_title": ("密钥已建好", "The key is made"),
    "key_made_lead": ("密钥只显示这一次，请现在复制到要用的设备或程序里。", "It is shown this once: copy it to where it is used now."),
    "keys_back": ("返回密钥", "Back to keys"),
    # phones
    "phone_title": ("登记手机", "Enrol a phone"),
    "phone_lead": (
        "给手机发一个二维码，扫一下就能拍照收票，不用登录。手机只能上传，丢了随时作废。",
        "A phone scans a code once and hands in photos from then on, without a login. It can only upload; withdraw it when it is lost.",
    ),
    "phone_label": ("手机名称", "Name of the phone"),
    "phone_label_hint": ("如：小李的手机", "Such as: Li's phone"),
    "phone_make": ("生成二维码", "Show the code"),
    "phone_offer_title": ("用手机相机扫一扫", "Scan this with the phone's camera"),
    "phone_offer_lead": (
        "“{label}”：{minutes} 分钟内有效，只能用一次。",
        "“{label}”: good for {minutes} minutes, and once.",
    ),
    "phone_offer_alt": ("登记手机的二维码", "Code that enrols the phone"),
    "phone_offer_address": ("扫不了？在手机上打开这个网址：", "No scanner? Open this address on the phone:"),
    "phone_offer_here": (
        "现在的网址 {host} 只有这台机器打得开。请换成手机也能打开的网址进入本页，或设置 PIAOGEN_PUBLIC_URL。",
        "{host} is this machine's own name, which no phone reaches. Open this page by an address that it does, or set PIAOGEN_PUBLIC_URL.",
    ),
    "enrol_title": ("登记这部手机", "Enrol this phone"),
    "enrol_lead": (
        "登记为“{label}”后，这部手机可以直接拍照收票，不用登录。",
        "As “{label}” this phone takes photos of invoices without a login.",
    ),
    "enrol_button": ("登记这部手机", "Enrol this phone"),
    "phone_over": (
        "这部手机的登记已作废或过期，请找管理员重新登记。",
        "This phone's enrolment was withdrawn or is over. Ask an administrator for another.",
    ),
}
