"""The documented addresses, in the document's order."""

from django.urls import path

from dialects.pyshop import views

urlpatterns = [
    path("api/register/", views.Register.as_view()),
    path("api/login/", views.Login.as_view()),
    path("api/refresh/", views.Refresh.as_view()),
    path("api/logout/", views.Logout.as_view()),
    path("api/me/", views.Me.as_view()),
]
