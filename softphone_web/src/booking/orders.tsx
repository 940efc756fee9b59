/** What was booked, and how far it is. */
import { date, dayKey } from "../ui/shared/format";
import { Icon, type IconName } from "../ui/shared/icons";
import classes from "./booking.module.css";
import type { PublicOrder } from "./booking-api";
import { Items } from "./summary";
import { fill, useSpeech } from "./words";

const STEP_ICONS: Record<PublicOrder["steps"][number]["state"], IconName> = {
  open: "clock",
  done: "check",
  refused: "close",
};

function Steps({ order }: { order: PublicOrder }) {
  const { language, words } = useSpeech();
  return (
    <ol className={classes.steps} aria-label={fill(words.stepsOf, { number: order.number })}>
      {order.steps.map((step) => (
        <li key={step.step} data-state={step.state}>
          <Icon name={STEP_ICONS[step.state]} size={18} />
          <span>
            {step.text}
            {step.reason ? `: ${step.reason}` : ""}
          </span>
          <small className="tabular">
            {step.at ? date(dayKey(new Date(step.at)), language) : words.steps[step.state]}
          </small>
        </li>
      ))}
    </ol>
  );
}

function Order({ order }: { order: PublicOrder }) {
  const { language, words } = useSpeech();
  const day = (iso: string) => date(dayKey(new Date(iso)), language);
  const about = [
    fill(words.booked, { day: day(order.booked_at) }),
    order.wished_on ? fill(words.wishedOn, { day: date(order.wished_on, language) }) : null,
    order.active_since ? fill(words.active, { day: day(order.active_since) }) : null,
  ];
  return (
    <li className={classes.order} data-testid={`order-${order.number}`} data-state={order.state}>
      <div className={classes.orderHead}>
        <h2>{order.option_name}</h2>
        <span className={classes.state} data-state={order.state}>
          {words.states[order.state]}
        </span>
      </div>
      <p>{[fill(words.order, { number: order.number }), ...about].filter(Boolean).join(" · ")}</p>
      {order.reason ? <p>{order.reason}</p> : null}
      <Items items={order.items} total={order.total} />
      <Steps order={order} />
    </li>
  );
}

interface OrdersProps {
  orders: readonly PublicOrder[];
  /** That has just been made here. */
  fresh: { number: string; email: string } | null;
}

export function Orders({ orders, fresh }: OrdersProps) {
  const { words } = useSpeech();
  return (
    <>
      {fresh ? (
        <div className={classes.thanks} role="status" data-testid="booking-thanks">
          <Icon name="check" size={24} />
          <div>
            <strong>{fill(words.thanks, { number: fresh.number })}</strong>
            <p>{fill(words.thanksMore, { email: fresh.email })}</p>
          </div>
        </div>
      ) : null}
      {orders.length === 0 ? <p>{words.noOrders}</p> : null}
      <ul className={classes.orders}>
        {orders.map((order) => (
          <Order key={order.id} order={order} />
        ))}
      </ul>
    </>
  );
}
