/** A mistake in the page itself: say so and offer to load it anew, never a blank page. */
import { Component, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Splash } from "./splash";
import { ErrorBox } from "./trouble";

function Broken() {
  const { t } = useTranslation();
  return (
    <Splash>
      <ErrorBox
        errorId="page-broken"
        action={
          <button type="button" onClick={() => window.location.reload()}>
            {t("common.reload")}
          </button>
        }
      >
        {t("errors.page-broken")}
      </ErrorBox>
    </Splash>
  );
}

export class LastResort extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    return this.state.broken ? <Broken /> : this.props.children;
  }
}
