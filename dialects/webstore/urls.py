"""The documented addresses, in the document's order; each with and without a slash."""

from django.urls import path

from dialects.webstore import views

DOORS = {
    "api/sign_in": views.SignIn,
    "api/login_view": views.LoginView,
    "api/refresh_token": views.RefreshToken,
    "api/get_all_products": views.GetAllProducts,
    "api/get_order": views.GetOrder,
    "api/post_order": views.PostOrder,
}

urlpatterns = [
    path(address + slash, door.as_view())
    for address, door in DOORS.items()
    for slash in ("", "/")
]
