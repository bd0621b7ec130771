"""The documented addresses, in the document's order."""

from django.urls import path

from dialects import meeting
from dialects.diplom import views

urlpatterns = [
    # Where mini_store is switched on, its door at these two answers for both.
    path("register/", meeting.Register.as_view()),
    path("get_token/", views.GetToken.as_view()),
    path("refresh_token/", views.RefreshToken.as_view()),
    path("user/", views.UserDoor.as_view()),
    path("products/", meeting.Products.as_view()),
    path("products/details/", views.ProductDetails.as_view()),
    path("products/order/", views.MakeOrder.as_view()),
    path("orders/confirm/", views.ConfirmOrder.as_view()),
    path("orders/", views.Orders.as_view()),
    path("orders/info/", views.OrderInfo.as_view()),
    path("partner_update/", views.PartnerUpdate.as_view()),
]
