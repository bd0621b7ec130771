import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0003_search_on_postgresql'),
        ('partners', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PriceListPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('content', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='StagedGood',
            fields=[
                ('pk', models.CompositePrimaryKey('run_id', 'position', blank=True, editable=False, primary_key=True, serialize=False)),
                ('run', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='partners.pricelistrun')),
                ('position', models.IntegerField()),
                ('line', models.IntegerField()),
                ('col', models.IntegerField()),
                ('is_refused', models.BooleanField()),
                ('article', models.CharField(max_length=255)),
                ('name', models.CharField(max_length=255)),
                ('model', models.CharField(max_length=255)),
                ('brand', models.CharField(max_length=255)),
                ('category', models.CharField(max_length=255)),
                ('description', models.TextField()),
                ('attributes', models.JSONField()),
                ('regular_price', models.DecimalField(decimal_places=2, max_digits=12)),
                ('discount_price', models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ('recommended_price', models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ('stock', models.IntegerField()),
                ('match_key', models.CharField(max_length=64)),
                ('search_text', models.TextField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='offerchange',
            name='one_change_per_offer_and_run',
        ),
        migrations.AddField(
            model_name='offerchange',
            name='article',
            field=models.CharField(default='', max_length=255),
        ),
        migrations.AddField(
            model_name='offerchange',
            name='card',
            field=models.CharField(blank=True, choices=[('made', 'Made'), ('changed', 'Changed')], default='', max_length=7),
        ),
        migrations.AddField(
            model_name='offerchange',
            name='card_after',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='offerchange',
            name='card_before',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='offerchange',
            name='kind',
            field=models.CharField(choices=[('new', 'New'), ('changed', 'Changed'), ('withdrawn', 'Withdrawn')], default='changed', max_length=9),
        ),
        migrations.AddField(
            model_name='offerchange',
            name='line',
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name='offerchange',
            name='name',
            field=models.CharField(default='', max_length=255),
        ),
        migrations.AddField(
            model_name='offerchange',
            name='old_product',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.product'),
        ),
        migrations.AddField(
            model_name='offerchange',
            name='position',
            field=models.IntegerField(help_text='In the list, from 0.', null=True),
        ),
        migrations.AddField(
            model_name='offerchange',
            name='product',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.product'),
        ),
        migrations.AddField(
            model_name='pricelistrun',
            name='check_run',
            field=models.ForeignKey(blank=True, help_text='The check whose result this applies.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='partners.pricelistrun'),
        ),
        migrations.AddField(
            model_name='pricelistrun',
            name='errors_total',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='pricelistrun',
            name='goods_applied',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='pricelistrun',
            name='goods_checked',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='pricelistrun',
            name='goods_read',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='pricelistrun',
            name='goods_total',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='pricelistrun',
            name='is_partial',
            field=models.BooleanField(default=False, help_text='Goods with errors are left as they are today.'),
        ),
        migrations.AddField(
            model_name='pricelistrun',
            name='outline',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='pricelistrun',
            name='refused_count',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='pricelistrun',
            name='refuses_warnings',
            field=models.BooleanField(default=False, help_text='Warnings forbid to apply the list as errors do.'),
        ),
        migrations.AddField(
            model_name='pricelistrun',
            name='started_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='offerchange',
            name='after',
            field=models.JSONField(null=True),
        ),
        migrations.AlterField(
            model_name='offerchange',
            name='offer',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.offer'),
        ),
        migrations.AlterField(
            model_name='offerchange',
            name='run',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='partners.pricelistrun'),
        ),
        migrations.AlterField(
            model_name='pricelistrun',
            name='state',
            field=models.CharField(choices=[('queued', 'Queued'), ('running', 'Running'), ('done', 'Done'), ('refused', 'Refused'), ('superseded', 'Superseded'), ('failed', 'Failed')], default='queued', max_length=10),
        ),
        migrations.AddIndex(
            model_name='offerchange',
            index=models.Index(fields=['run', 'kind', 'id'], name='change_of_run'),
        ),
        migrations.AddField(
            model_name='pricelistpart',
            name='price_list',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='partners.pricelist'),
        ),
        migrations.AddConstraint(
            model_name='pricelistpart',
            constraint=models.UniqueConstraint(fields=('price_list', 'number'), name='price_list_part_once'),
        ),
        migrations.AddIndex(
            model_name='stagedgood',
            index=models.Index(fields=['run', 'article'], name='staged_good_by_article'),
        ),
        migrations.AddIndex(
            model_name='stagedgood',
            index=models.Index(fields=['run', 'match_key'], name='staged_good_by_key'),
        ),
    ]
