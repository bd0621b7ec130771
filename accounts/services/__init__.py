"""Every write about people that has a rule, by noun; import from here."""

from accounts.services.events import close_doors
from accounts.services.guests import bind_guest, customer_of, find_guest, open_guest
from accounts.services.passwords import (
    change_password,
    check_credentials,
    check_own_password,
    complete_reset,
    request_reset,
)
from accounts.services.profile import (
    change_profile,
    confirm_email_change,
    describe_account,
    forget_account,
    remove_address,
    request_email_change,
    save_address,
)
from accounts.services.registration import (
    confirm_email,
    make_account,
    register,
    resend_confirmation,
    sign_up,
)
from accounts.services.sessions import (
    find_key,
    identify,
    open_session,
    renew,
    replace_key,
    revoke_key,
    revoke_other_sessions,
    revoke_session,
    sign_in,
    sign_out,
)

__all__ = [
    "bind_guest",
    "change_password",
    "change_profile",
    "check_credentials",
    "check_own_password",
    "close_doors",
    "complete_reset",
    "confirm_email",
    "confirm_email_change",
    "customer_of",
    "describe_account",
    "find_guest",
    "find_key",
    "forget_account",
    "identify",
    "make_account",
    "open_guest",
    "open_session",
    "register",
    "remove_address",
    "renew",
    "replace_key",
    "request_email_change",
    "request_reset",
    "resend_confirmation",
    "revoke_key",
    "revoke_other_sessions",
    "revoke_session",
    "save_address",
    "sign_in",
    "sign_out",
    "sign_up",
]
