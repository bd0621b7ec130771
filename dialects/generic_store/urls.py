"""The documented addresses, in the document's order."""

from django.urls import path

from dialects.generic_store import views

urlpatterns = [
    path("api/customer/create/", views.CreateCustomer.as_view()),
    path("api/customer/registration/", views.Registration.as_view()),
    path("api/jwt/auth/", views.JwtAuth.as_view()),
    path("api/jwt/refresh/", views.JwtRefresh.as_view()),
    path("api/customer/myorders/", views.MyOrders.as_view()),
    path("api/customer/getuser/", views.GetUser.as_view()),
    path("api/product/category/list/", views.CategoryList.as_view()),
    path("api/product/category/get/<int:pk>/", views.CategoryGet.as_view()),
    path("api/product/get/<int:pk>/", views.ProductGet.as_view()),
    path("api/product/category/<int:pk>/products/", views.CategoryProducts.as_view()),
    path("api/product/all/", views.AllProducts.as_view()),
    path("api/product/brands/get/<int:pk>/", views.BrandGet.as_view()),
    path("api/product/brands/all/", views.AllBrands.as_view()),
    path("api/order/cart/update/", views.UpdateCart.as_view()),
    path("api/order/cart/list/<str:token>/", views.CartList.as_view()),
    path("api/order/finalize/", views.Finalize.as_view()),
]
