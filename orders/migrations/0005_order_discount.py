from decimal import Decimal

from django.db import migrations, models
from django.db.models import F, Q


def money(**options):
    return models.DecimalField(max_digits=12, decimal_places=2, **options)


class Migration(migrations.Migration):
    dependencies = [("orders", "0004_cart_line_seen_available")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="coupon_code",
            field=models.CharField(
                blank=True, db_default="", default="", editable=False, max_length=40
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="discount",
            field=money(
                db_default=Decimal(0),
                default=Decimal(0),
                editable=False,
                help_text="The sum of the lines' discounts.",
            ),
        ),
        migrations.AddField(
            model_name="orderline",
            name="discount",
            field=money(
                db_default=Decimal(0),
                default=Decimal(0),
                help_text="The line's share of the coupon, fixed at purchase.",
            ),
        ),
        # A generated column is not altered; it is made anew from its own columns.
        migrations.RemoveField(model_name="order", name="total"),
        migrations.AddField(
            model_name="order",
            name="total",
            field=models.GeneratedField(
                db_persist=True,
                expression=F("goods_total") - F("discount") + F("delivery_price"),
                output_field=money(),
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=Q(discount__gte=0, discount__lte=F("goods_total")),
                name="order_discount_within_goods",
            ),
        ),
    ]
