/** The secret that signs, shown this once. */
import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { CopyButton } from "../../account/copy-button";
import { Dialog } from "../../shared/dialog";
import classes from "./integration.module.css";

export function SecretDialog({ secret, onClose }: { secret: string; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog title={t("manage.integration.secretTitle")} onClose={onClose}>
      <div className={classes.form}>
        <p>{t("manage.integration.secretHint")}</p>
        <TextInput
          readOnly
          label={t("manage.integration.secret")}
          value={secret}
          data-testid="hook-secret"
          onFocus={(event) => event.currentTarget.select()}
        />
        <CopyButton text={secret} />
      </div>
    </Dialog>
  );
}
