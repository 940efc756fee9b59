/** What differs: one row for each call or record, ours above theirs. */
import { Button, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Language } from "../../../api/types";
import { clock } from "../../shared/format";
import { Icon } from "../../shared/icons";
import { useLanguage, useServices } from "../../shared/services";
import { useDebounced } from "../../shared/use-debounced";
import list from "../list.module.css";
import { Empty, ListCard, More } from "../parts";
import { money } from "../prices/money";
import classes from "./reconciliation.module.css";
import {
  type Finding,
  findingsFile,
  findingsQuery,
  type Kind,
  type Reconciliation,
} from "./reconciliation-api";

const SEARCH_MS = 250;
const TONES: Record<Kind, string> = {
  only_ours: "wait",
  only_theirs: "bad",
  seconds: "wait",
  twice: "bad",
  not_answered: "bad",
  begin: "",
  number: "wait",
  amount: "wait",
};

function momentText(iso: string, language: Language): string {
  return new Intl.DateTimeFormat(language === "de" ? "de-DE" : "en-GB", {
    timeZone: "Europe/Berlin",
    day: "2-digit",
    month: "2-digit",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).format(new Date(iso));
}

interface SideProps {
  label: string;
  begin: string | null | undefined;
  seconds: number | null | undefined;
  amount: string | null | undefined;
}

function Side({ label, begin, seconds, amount }: SideProps) {
  const language = useLanguage();
  const facts = begin
    ? [
        momentText(begin, language),
        clock(seconds ?? 0),
        amount ? money(amount, "EUR", language) : "",
      ]
        .filter(Boolean)
        .join(" · ")
    : "–";
  return (
    <span className={classes.side}>
      <span>{label}</span> <span className="tabular">{facts}</span>
    </span>
  );
}

export function signed(seconds: number): string {
  const text = clock(Math.abs(seconds));
  return `${seconds < 0 ? "−" : "+"}${text}`;
}

function Row({ finding }: { finding: Finding }) {
  const { t } = useTranslation();
  const { kind, our_number: ours, their_number: theirs } = finding;
  const number = ours && theirs && ours !== theirs ? `${ours} ≠ ${theirs}` : (ours ?? theirs);
  return (
    <li className={list.row} data-testid={`finding-${finding.position}`}>
      <span className={`${list.two} ${classes.two}`}>
        <strong className="tabular">
          {number}
          {finding.task ? <small className={classes.task}>{finding.task}</small> : null}
        </strong>
        <Side
          label={t("manage.reconciliation.ours")}
          begin={finding.our_begin}
          seconds={finding.our_seconds}
          amount={finding.our_amount}
        />
        <Side
          label={
            finding.row
              ? t("manage.reconciliation.theirsRow", { row: finding.row })
              : t("manage.reconciliation.theirs")
          }
          begin={finding.their_begin}
          seconds={finding.their_seconds}
          amount={finding.their_amount}
        />
      </span>
      <span className={classes.verdict}>
        <span className={list.badge} data-tone={TONES[kind]}>
          {t(`manage.reconciliation.kinds.${kind}`)}
        </span>
        {finding.seconds === 0 ? null : (
          <span className="tabular">
            {t(`manage.reconciliation.${kind === "begin" ? "later" : "difference"}`, {
              seconds: signed(finding.seconds),
            })}
          </span>
        )}
      </span>
    </li>
  );
}

export function FindingsList({ result }: { result: Reconciliation }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const [kind, setKind] = useState<Kind | "">("");
  const [typed, setTyped] = useState("");
  const query = useDebounced(typed.trim(), SEARCH_MS);
  const findings = useInfiniteQuery(findingsQuery(api, result.id, { kind, query }));
  const shown = findings.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = kind !== "" || query !== "";
  const file = (type: "csv" | "xlsx") =>
    findingsFile(result.id, { kind, query }, type, language === "de");
  const chips = [
    { kind: "" as const, count: result.findings },
    ...result.kinds.map((each) => ({ kind: each.kind as Kind, count: each.count })),
  ];
  return (
    <>
      <fieldset className={classes.chips} data-testid="finding-kinds">
        <legend className="visually-hidden">{t("manage.reconciliation.filter")}</legend>
        {chips.map((chip) => (
          <button
            key={chip.kind}
            type="button"
            aria-pressed={kind === chip.kind}
            data-testid={`kind-${chip.kind || "all"}`}
            onClick={() => setKind(chip.kind)}
          >
            {chip.kind
              ? t(`manage.reconciliation.kinds.${chip.kind}`)
              : t("manage.reconciliation.allKinds")}{" "}
            <b className="tabular">{chip.count}</b>
          </button>
        ))}
      </fieldset>
      <div className={list.tools}>
        <TextInput
          className={list.wide ?? ""}
          aria-label={t("common.search")}
          placeholder={t("manage.reconciliation.numberFilter")}
          inputMode="tel"
          data-testid="findings-search"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {(["csv", "xlsx"] as const).map((type) => (
          <Button
            key={type}
            component="a"
            variant="light"
            href={file(type)}
            download
            data-testid={`findings-${type}`}
            leftSection={<Icon name="download" size={17} />}
          >
            {t(`manage.reconciliation.${type}`)}
          </Button>
        ))}
      </div>
      <ListCard
        loading={findings.isPending}
        error={findings.error}
        retry={() => void findings.refetch()}
        empty={
          shown.length === 0 ? (
            <Empty
              icon={filtered ? "search" : "check"}
              title={t(filtered ? "manage.reconciliation.noneFound" : "manage.reconciliation.fine")}
            />
          ) : null
        }
      >
        <ul data-testid="findings">
          {shown.map((finding) => (
            <Row key={finding.position} finding={finding} />
          ))}
        </ul>
        <More query={findings} />
      </ListCard>
    </>
  );
}
