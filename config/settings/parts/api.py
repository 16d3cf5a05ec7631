"""The REST API: tokens with scopes, cursor paging, problem details, an OpenAPI schema that is committed."""

from config.settings.environment import env

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.ClientTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["common.rest.SuspiciousJsonParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "common.problems.problem_details",
    "DEFAULT_THROTTLE_CLASSES": ["accounts.authentication.ClientRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"client": env("API_RATE")},
}

SPECTACULAR_SETTINGS = {
    "TITLE": "MASH Referral Quality API",
    "DESCRIPTION": "Referrals and incidents, under the same rules as the pages.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "FlagKind": "referrals.enums.FlagKind",
        "LinkKind": "referrals.enums.LinkKind",
        "ConsultationChannel": "referrals.enums.ConsultationChannel",
        "NoticeChannel": "referrals.enums.NoticeChannel",
        "NoticeException": "referrals.enums.NoticeException",
        "ReferralState": "referrals.enums.ReferralState",
        "ShareState": "referrals.enums.ShareState",
        "FormKind": "referrals.enums.FormKind",
        "ChallengeState": "referrals.enums.ChallengeState",
        "ChallengeLevel": "referrals.enums.ChallengeLevel",
        "AttachmentState": "referrals.enums.AttachmentState",
        "IncidentKind": "referrals.enums.IncidentKind",
        "RejectionReason": "referrals.enums.RejectionReason",
        "Level": "referrals.enums.Level",
        "RiskLevel": "referrals.enums.RiskLevel",
        "YesNoUnclear": "referrals.enums.YesNoUnclear",
        "DutyDone": "referrals.enums.DutyDone",
        "YesNoNotSure": "referrals.enums.YesNoNotSure",
        "Relation": "referrals.enums.Relation",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "common.rest.describe_problems",
    ],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
}
