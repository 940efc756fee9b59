/** People from a file; new ones may be invited at once. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { SwitchField } from "../../desk/fields";
import { FileImport } from "../../desk/file-import";
import { useServices } from "../../shared/services";
import { useRefreshPeople } from "./people-queries";

export function PeopleImportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const refresh = useRefreshPeople();
  const [invite, setInvite] = useState(true);
  return (
    <FileImport
      testId="people-import"
      title={t("manage.people.importing.title")}
      intro={t("manage.people.importing.intro")}
      settings={String(invite)}
      send={async (file, dryRun) => {
        const found = await api.importPeople(file, { dryRun, invite });
        return { ...found, errors: found.errors.map(({ row, detail }) => ({ row, text: detail })) };
      }}
      onDone={() => refresh()}
      onClose={onClose}
    >
      <SwitchField
        label={t("manage.people.importing.invite")}
        testId="people-import-invite"
        checked={invite}
        onChange={setInvite}
      />
    </FileImport>
  );
}
