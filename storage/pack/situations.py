"""Situations of a pack with their questions, rules, terms, services and ladders."""

from storage.model.facts import Confidence
from storage.model.situation import (
    ROLES,
    Distinction,
    Ladder,
    Norm,
    Option,
    Passport,
    Question,
    Recognition,
    Rule,
    Season,
    Service,
    Situation,
    Step,
    Term,
)
from storage.pack.open311 import service
from storage.pack.table import Table
from storage.pack.values import Sources, cited, confidence, is_day, numbers

KINDS = ("заявление", "жалоба", "предложение")
CLIENTS = ("citizens", "business", "internal")
SIGNS = ("sure", "strong", "fair", "slight", "against")
MAX_QUESTIONS = 5


class SituationReading:
    """Reads what belongs to situations, given the sources they cite."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources

    def situation(self, table: Table) -> Situation:
        """One situation."""
        terms = self.terms(table)
        situation = Situation(
            questions=tuple(self.question(row) for row in table.tables("question")),
            rules=tuple(self.rule(row) for row in table.tables("rule", "body")),
            id=table.take("id", str),
            sphere=table.take("sphere", str),
            group=table.take("group", str),
            title=table.take("title", str),
            hint=table.take("hint", str),
            urgent=table.take("urgent", str, ""),
            requests=table.words("requests"),
            norms=table.words("norms"),
            norms_by_land=tuple(self.norm(row) for row in table.tables("norm", "words")),
            evidence=table.words("evidence"),
            prepare=table.words("prepare"),
            services=table.words("services"),
            kind=table.one_of("kind", KINDS),
            term=next((term for term in terms if not term.land), None),
            terms_by_land=tuple(term for term in terms if term.land),
            recognition=self.recognition(table),
            passport=self.passport(table),
            ladder=table.take("ladder", str, ""),
            where=self.where(table.table("where")) if "where" in table.values else None,
            season=self.season(table.table("season")) if "season" in table.values else None,
            private=table.take("private", bool, False),
            flat=table.take("flat", bool, False),
            fallback=table.take("fallback", bool, False),
            companion=table.take("companion", bool, False),
            reasons=(reasons := numbers(table, "portal_reasons")),
            portal=bool(reasons) or "portal_note" in table.values,
            portal_note=table.take("portal_note", str, ""),
            radius=table.take("radius", int, Situation.radius),
            open311=service(table),
        )
        table.finish()
        self.check(table, situation)
        return situation

    @staticmethod
    def check(table: Table, situation: Situation) -> None:
        """Without what a situation cannot be used."""
        last = situation.rules[-1] if situation.rules else None
        if last is None or last.land or last.districts:
            table.error("rule", "последнее правило [[situation.rule]] должно быть без land и districts")
        if not situation.requests:
            table.error("requests", "нет «requests»; напишите, о чём просить")
        if len(situation.questions) > MAX_QUESTIONS:
            table.error("question", f"вопросов больше {MAX_QUESTIONS}; оставьте главные")

    @staticmethod
    def recognition(table: Table) -> Recognition:
        """By which words it is known: `also` are a city's own phrasings on top of the shared ones."""
        signs = {weight: table.words(weight) for weight in SIGNS}
        return Recognition((*table.words("phrases"), *table.words("also")), signs)

    @staticmethod
    def passport(table: Table) -> Passport:
        """What the registry says of it."""
        clients = table.words("clients") or ("citizens",)
        if unknown := set(clients) - set(CLIENTS):
            table.error("clients", f"клиентов «{', '.join(sorted(unknown))}» нет; можно: {', '.join(CLIENTS)}")
        words = {key: table.take(key, str, "") for key in ("start", "result", "goal", "curator")}
        return Passport(clients, **words)

    @staticmethod
    def question(table: Table) -> Question:
        """One question of a situation."""
        question = Question(
            table.take("id", str),
            table.take("text", str),
            table.words("choices"),
            table.take("label", str, "-"),
            table.one_of("role", ("", *ROLES), ""),
        )
        table.finish()
        return question

    @staticmethod
    def where(table: Table) -> Question:
        """The question for the place."""
        question = Question("where", table.take("text", str), label=table.take("label", str))
        table.finish()
        return question

    def rule(self, table: Table) -> Rule:
        """One rule of a situation."""
        rule = Rule(
            table.take("body", str),
            table.take("why", str),
            table.words("land"),
            table.words("districts"),
            cited(table, self.sources) if "source" in table.values else None,
            confidence(table, Confidence.MEDIUM),
        )
        table.finish()
        return rule

    @staticmethod
    def norm(table: Table) -> Norm:
        """A norm for some kinds of land; one for all of them stands in `norms`."""
        norm = Norm(table.take("words", str), table.words("land"))
        if not norm.land:
            table.error("land", "нет «land»; норму для любой земли впишите в «norms»")
        table.finish()
        return norm

    def terms(self, table: Table) -> list[Term]:
        """The only term, `[situation.term]`, or several with their kinds of land, `[[situation.term]]`."""
        if "term" not in table.values:
            return []
        several = isinstance(table.values["term"], list)
        terms = [self.term(row) for row in (table.tables("term", "words") if several else [table.table("term")])]
        if sum(not term.land for term in terms) > 1:
            table.error("term", "сроков без «land» несколько; оставьте один")
        return terms

    def term(self, table: Table) -> Term:
        """A term of a situation."""
        term = Term(
            table.take("words", str),
            table.take("basis", str, "-"),
            cited(table, self.sources),
            confidence(table),
            table.words("land"),
        )
        table.finish()
        return term

    @staticmethod
    def season(table: Table) -> Season:
        """The part of the year a situation is dealt with."""
        first, last = table.take("from", str), table.take("to", str)
        for key, day in (("from", first), ("to", last)):
            if len(day) != 5 or not is_day(day):
                table.error(key, f"«{day}» — не день года; напишите, например, «10-16»")
        season = Season(first, last, table.take("words", str))
        table.finish()
        return season

    @staticmethod
    def service(table: Table) -> Service:
        """One service."""
        service = Service(table.take("id", str), table.take("name", str), table.take("body", str))
        table.finish()
        return service

    @staticmethod
    def distinction(table: Table) -> Distinction:
        """One question that tells situations apart."""
        options = tuple(
            Option(row.take("label", str), row.words("situations")) for row in table.tables("option", "label")
        )
        distinction = Distinction(table.take("id", str), table.take("question", str), options)
        table.finish()
        return distinction

    def ladder(self, table: Table) -> Ladder:
        """One ladder."""
        steps = tuple(self.step(row) for row in table.tables("step", "words"))
        ladder = Ladder(table.take("id", str), steps, table.take("then", str, ""))
        table.finish()
        return ladder

    def step(self, table: Table) -> Step:
        """One rung; how long to wait is a fact and needs its source."""
        wait = table.take("wait", str, "")
        sure = not wait or (cited(table, self.sources) is not None and confidence(table) is not Confidence.LOW)
        table.used |= {"source", "confidence"}
        step = Step(table.take("words", str), table.take("body", str, ""), wait if sure else "")
        table.finish()
        return step
