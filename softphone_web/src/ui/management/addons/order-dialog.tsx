/** One order: what it is about, its steps, test calls, comments and history. */
import { Button, Textarea, TextInput } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../shared/dialog";
import { moment } from "../../shared/format";
import { useLanguage, useServices } from "../../shared/services";
import { tell } from "../../shared/toasts";
import { LoadFailed } from "../../shared/trouble";
import { History } from "../changes";
import { Activation, TestCalls } from "./activation";
import classes from "./addons.module.css";
import {
  cancelOrder,
  comment,
  type Order,
  orderHistoryQuery,
  orderQuery,
  useAddonChange,
} from "./addons-api";
import { Facts, Links, OurPart } from "./order-facts";
import { StepList } from "./step-list";

function Comments({ order }: { order: Order }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const [text, setText] = useState("");
  const add = useAddonChange(
    () => comment(api, order.id, text.trim()),
    () => setText(""),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim()) add.mutate(undefined);
  };
  return (
    <section className={classes.partOf} aria-label={t("manage.addons.comments")}>
      <h3>{t("manage.addons.comments")}</h3>
      <ul className={classes.comments}>
        {order.comments.map((each) => (
          <li key={each.id}>
            <small className="tabular">
              {each.by} · {moment(each.at, language)}
            </small>
            <p>{each.text}</p>
          </li>
        ))}
      </ul>
      <form className={classes.form} onSubmit={submit}>
        <Textarea
          aria-label={t("manage.addons.comment")}
          placeholder={t("manage.addons.comment")}
          autosize
          minRows={2}
          maxLength={4000}
          data-testid="order-comment"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button
          type="submit"
          variant="light"
          disabled={!text.trim()}
          loading={add.isPending}
          data-testid="send-comment"
        >
          {t("manage.addons.addComment")}
        </Button>
      </form>
    </section>
  );
}

function Cancel({ order }: { order: Order }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const [reason, setReason] = useState<string | null>(null);
  const cancel = useAddonChange(
    () => cancelOrder(api, order.id, (reason ?? "").trim()),
    () => tell(t("manage.addons.cancelled", { number: order.number })),
  );
  if (order.state !== "open" || order.activated_at) return null;
  if (reason === null) {
    return (
      <Button variant="subtle" data-testid="cancel-order" onClick={() => setReason("")}>
        {t("manage.addons.cancel")}
      </Button>
    );
  }
  return (
    <form
      className={classes.ask}
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim()) cancel.mutate(undefined);
      }}
    >
      <TextInput
        label={t("manage.addons.reason")}
        maxLength={4000}
        autoFocus
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Button type="submit" size="sm" disabled={!reason.trim()} loading={cancel.isPending}>
        {t("manage.addons.cancelNow")}
      </Button>
      <Button size="sm" variant="subtle" onClick={() => setReason(null)}>
        {t("manage.addons.back")}
      </Button>
    </form>
  );
}

function Shown({ order }: { order: Order }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const history = useInfiniteQuery(orderHistoryQuery(api, order.id));
  return (
    <div className={classes.parts} data-testid="order" data-state={order.state}>
      <Links order={order} />
      <Facts order={order} />
      <OurPart order={order} />
      <StepList order={order} />
      <Activation order={order} />
      <TestCalls order={order} />
      <Comments order={order} />
      <Cancel order={order} />
      <History title={t("manage.addons.history")} query={history} />
    </div>
  );
}

export function OrderDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const { data, error, refetch } = useQuery(orderQuery(api, id));
  const title = data ? `${data.number} · ${data.option_name}` : t("common.loading");
  return (
    <Dialog title={title} side onClose={onClose}>
      {error && !data ? <LoadFailed error={error} retry={() => void refetch()} /> : null}
      {data ? <Shown order={data} /> : null}
    </Dialog>
  );
}
