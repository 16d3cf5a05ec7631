"""Mail: by what it leaves, and how long it is known that it was sent."""

from config.settings.environment import env

vars().update(env.email_url("EMAIL_URL"))
# A relay that does not answer must not hold a worker for longer than its lease on the job: another would send the mail again.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL")

MAIL_SENDER = env("MAIL_SENDER")
MAIL_SENDERS = {"smtp": "mail.notifications.senders.SmtpSender", "notify": "mail.notifications.notify.NotifySender"}
MAIL_KEPT_DAYS = env("MAIL_KEPT_DAYS")
NOTIFY_API_KEY = env("NOTIFY_API_KEY")
NOTIFY_TEMPLATE_ID = env("NOTIFY_TEMPLATE_ID")
NOTIFY_BASE_URL = env("NOTIFY_BASE_URL")
NOTIFY_CALLBACK_TOKEN = env("NOTIFY_CALLBACK_TOKEN")
