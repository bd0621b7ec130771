"""The documented bodies."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from dialects.doors import Password


class RegisterInput(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)
    password = Password()
    username = serializers.CharField(max_length=150, required=False)


class LoginInput(serializers.Serializer[Any]):
    email = serializers.CharField(max_length=254)
    password = Password()


class RefreshInput(serializers.Serializer[Any]):
    refresh = serializers.CharField(max_length=4096)


class MeInput(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=150, required=False)
    email = serializers.EmailField(max_length=254, required=False)


class MeSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ("id", "username", "email")
