/** People and their numbers: mine, and those that all of us share. */
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Contact } from "../../api/types";
import buttons from "../shared/button.module.css";
import { initials } from "../shared/format";
import { Icon } from "../shared/icons";
import { tasksQuery } from "../shared/queries";
import { Segments } from "../shared/segments";
import { usePhone, useServices } from "../shared/services";
import { useDebounced } from "../shared/use-debounced";
import { grouped, letterOf } from "./by-day";
import { ContactDialog } from "./contact-dialog";
import classes from "./contacts-page.module.css";
import { SearchField } from "./fields";
import { ImportDialog } from "./import-dialog";
import page from "./page.module.css";
import { Empty, List, More, PageHead } from "./parts";
import { contactsQuery } from "./queries";
import { useFillForm } from "./use-fill";
import { useWords } from "./words";

type Which = "all" | "mine" | "shared";

function isShown(contact: Contact, which: Which): boolean {
  if (which === "all") return true;
  return which === "shared" ? contact.public : contact.mine && !contact.public;
}

function Row({ contact, onEdit }: { contact: Contact; onEdit: () => void }) {
  const w = useWords();
  const { api } = useServices();
  const { call } = usePhone();
  const fillForm = useFillForm();
  const tasks = useQuery(tasksQuery(api, "")).data?.items ?? [];
  const { name, company, number, national, task } = contact;
  const title = tasks.find((each) => each.external_id === task)?.title ?? task;
  return (
    <li className={page.row} data-testid={`contact-row-${contact.id}`}>
      <button
        type="button"
        className={page.open}
        data-testid="contact-edit"
        aria-haspopup="dialog"
        title={w("contacts.edit", { name })}
        onClick={onEdit}
      >
        <span className={`${page.sign} ${classes.initials}`} aria-hidden="true">
          {initials(name)}
        </span>
        <span className={page.main}>
          <span className={classes.name}>
            <strong>{name}</strong>
            {contact.public ? (
              <span className={page.badge}>{w("contacts.sharedBadge")}</span>
            ) : null}
          </span>
          <small className="tabular">{[company, national].filter(Boolean).join(" · ")}</small>
        </span>
        <span className={classes.task}>{title}</span>
      </button>
      <button
        type="button"
        className={page.round}
        data-testid="contact-call"
        disabled={call !== null}
        aria-label={w("contacts.call", { name })}
        title={w("contacts.call", { name })}
        onClick={() => void fillForm({ number, task })}
      >
        <Icon name="phone" size={19} />
      </button>
    </li>
  );
}

interface AddProps {
  onAdd: () => void;
  onImport: () => void;
}

function AddButtons({ onAdd, onImport }: AddProps) {
  const w = useWords();
  return (
    <>
      <button
        type="button"
        className={buttons.secondary}
        data-testid="contact-import"
        onClick={onImport}
      >
        <Icon name="upload" size={18} />
        {w("contacts.import")}
      </button>
      <button type="button" className={buttons.primary} data-testid="contact-add" onClick={onAdd}>
        <Icon name="add" size={18} />
        {w("contacts.add")}
      </button>
    </>
  );
}

function Nothing({ query, which }: { query: string; which: Which }) {
  const w = useWords();
  if (query) return <Empty icon="search" title={w("contacts.noneFound", { query })} />;
  if (which !== "all") return <Empty icon="contacts" title={w("contacts.noneOfKind")} />;
  return <Empty icon="contacts" title={w("contacts.empty")} hint={w("contacts.emptyHint")} />;
}

/** What is open above the list. */
type Opened = { kind: "add" } | { kind: "import" } | { kind: "edit"; contact: Contact } | null;

export function ContactsPage() {
  const { t } = useTranslation();
  const w = useWords();
  const { api } = useServices();
  const [typed, setTyped] = useState("");
  const [which, setWhich] = useState<Which>("all");
  const [opened, setOpened] = useState<Opened>(null);
  const wanted = useDebounced(typed.trim(), 200);
  const query = useInfiniteQuery({
    ...contactsQuery(api, wanted),
    placeholderData: keepPreviousData,
  });
  const all = query.data?.pages.flatMap((each) => each.items) ?? [];
  const shown = all.filter((contact) => isShown(contact, which));
  const letters = grouped(shown, (contact) => letterOf(contact.name));
  const close = () => setOpened(null);
  return (
    <div className={page.page}>
      <PageHead title={w("contacts.title")} intro={w("contacts.intro")}>
        <AddButtons
          onAdd={() => setOpened({ kind: "add" })}
          onImport={() => setOpened({ kind: "import" })}
        />
      </PageHead>
      <search className={classes.tools}>
        <SearchField
          label={w("contacts.search")}
          testId="contact-search"
          value={typed}
          onChange={setTyped}
        />
        <Segments
          label={w("contacts.which")}
          value={which}
          onChange={setWhich}
          options={[
            { value: "all", label: w("contacts.all") },
            { value: "mine", label: w("contacts.mine") },
            { value: "shared", label: w("contacts.shared") },
          ]}
        />
      </search>
      <p className="visually-hidden" role="status">
        {query.isFetching ? t("common.loading") : `${shown.length} ${w("contacts.title")}`}
      </p>
      <List
        loading={query.isPending}
        error={query.data ? null : query.error}
        retry={() => void query.refetch()}
        stale={query.isPlaceholderData}
        empty={
          shown.length === 0 && !query.hasNextPage ? <Nothing query={wanted} which={which} /> : null
        }
      >
        {letters.map(({ name, items }) => (
          <section key={`${name} ${items[0]?.id}`} className={page.section}>
            <h2 className={page.group}>{name}</h2>
            <ul className={page.card}>
              {items.map((contact) => (
                <Row
                  key={contact.id}
                  contact={contact}
                  onEdit={() => setOpened({ kind: "edit", contact })}
                />
              ))}
            </ul>
          </section>
        ))}
        <More query={query} />
      </List>
      {opened?.kind === "add" ? <ContactDialog onClose={close} /> : null}
      {opened?.kind === "edit" ? <ContactDialog contact={opened.contact} onClose={close} /> : null}
      {opened?.kind === "import" ? <ImportDialog onClose={close} /> : null}
    </div>
  );
}
