/** A page that could not be loaded or has a mistake: only this page fails, no call with it. */
import { Component, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import buttons from "./button.module.css";
import { ErrorBox } from "./trouble";

function Failed() {
  const { t } = useTranslation();
  return (
    <ErrorBox
      errorId="page-broken"
      action={
        <button
          type="button"
          className={buttons.secondary}
          onClick={() => window.location.reload()}
        >
          {t("common.reload")}
        </button>
      }
    >
      {t("desk.pageFailed")}
    </ErrorBox>
  );
}

/** Give it a `key` of the page, so that the next page is not taken for broken too. */
export class PageGuard extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    return this.state.broken ? <Failed /> : this.props.children;
  }
}
