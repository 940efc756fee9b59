/** Takes over numbers from a CSV file. */
import { useTranslation } from "react-i18next";
import { FileImport } from "../../desk/file-import";
import { useServices } from "../../shared/services";
import { importNumbers, useRefreshNumbers } from "./numbers-api";

export function ImportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const refresh = useRefreshNumbers();
  return (
    <FileImport
      testId="numbers-import"
      title={t("manage.numbers.importing.title")}
      intro={t("manage.numbers.importing.intro")}
      send={(file, dryRun) => importNumbers(api, file, dryRun)}
      onDone={refresh}
      onClose={onClose}
    />
  );
}
