/** Add-ons: the board of orders, what they cost, and how they are watched. */
import { useTranslation } from "react-i18next";
import { closeAt, Link, usePath } from "../../shared/router";
import classes from "./addons.module.css";
import { Board } from "./board";
import { Catalogue } from "./catalogue";
import { OrderDialog } from "./order-dialog";
import { WatchSettings } from "./watch-settings";

const HERE = "/manage/addons";
const VIEWS = ["board", "prices", "settings"] as const;
type View = (typeof VIEWS)[number];

const CONTENTS = { board: Board, prices: Catalogue, settings: WatchSettings } as const;

export function AddonsPage() {
  const { t } = useTranslation();
  const part = usePath().split("/")[3] ?? "";
  const view: View = VIEWS.find((each) => each === part) ?? "board";
  const order = part && view === "board" && part !== "board" ? part : null;
  const Content = CONTENTS[view];
  return (
    <>
      <nav className={classes.tabs} aria-label={t("manage.addons.title")}>
        {VIEWS.map((each) => (
          <Link
            key={each}
            href={each === "board" ? HERE : `${HERE}/${each}`}
            aria-current={each === view ? "page" : undefined}
            data-testid={`addons-${each}`}
          >
            {t(`manage.addons.views.${each}`)}
          </Link>
        ))}
      </nav>
      <Content />
      {order ? <OrderDialog key={order} id={order} onClose={() => closeAt(HERE)} /> : null}
    </>
  );
}
