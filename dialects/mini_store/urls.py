"""The documented addresses, in the document's order."""

from django.urls import path

from dialects.mini_store import views

urlpatterns = [
    path("register/", views.Register.as_view()),
    path("verify-email/<str:uid>/<str:token>/", views.verify_email),
    path("resend-activation-email/", views.ResendActivation.as_view()),
    path("login/", views.Login.as_view()),
    path("logout/", views.Logout.as_view()),
    path("products/", views.Products.as_view()),
    path("products/<int:pk>/", views.Product.as_view()),
    path("categories/", views.Categories.as_view()),
    path("categories/<int:pk>/", views.CategoryItem.as_view()),
    # A name may hold a slash.
    path("products/category/<path:name>/", views.ProductsByCategory.as_view()),
    path("product-list/", views.Products.as_view(http_method_names=["get", "head"])),
    path("product-stats/", views.ProductStats.as_view()),
]
