"""Which role may open the pages of complaints, the team, its report and its agreements."""

from __future__ import annotations

OF_TEAM: dict[str, str] = {
    "desk.view_holds": "approval:view",
    "looks.answer_look": "person:view",
    "looks.list_own_looks": "person:view",
    "oversight.ask_about_look": "finding:write",
    "casework.answer_complaint": "complaint:answer",
    "casework.ask_about_complaint": "complaint:take",
    "casework.list_complaints": "complaint:answer",
    "casework.make_complaint": "public",
    "casework.name_complained_of": "complaint:answer",
    "casework.print_complaint_letter": "complaint:answer",
    "casework.show_complaint_sent": "public",
    "casework.show_digital_skills": "case:view",
    "casework.take_down_complaint": "complaint:take",
    "casework.take_over_complaint": "complaint:answer",
    "casework.view_complaint": "complaint:answer",
    "desk.download_report": "report:view",
    "desk.list_supervision": "team:supervise",
    "desk.set_hourly_cost": "report:view",
    "desk.supervise_case": "team:supervise",
    "desk.view_report": "report:view",
    "desk.view_team": "team:view",
    "organisations.confirm_agreement": "agreement:keep",
    "organisations.end_agreement": "agreement:keep",
    "organisations.list_agreements": "agreement:keep",
    "organisations.settle_alarm": "team:supervise",
    "organisations.propose_agreement": "agreement:keep",
}
