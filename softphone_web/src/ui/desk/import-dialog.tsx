/** Brings a list of contacts in: those that are right, beside what is wrong. */
import { useEffect, useState } from "react";
import { useServices } from "../shared/services";
import { SwitchField } from "./fields";
import { FileImport } from "./file-import";
import { CONTENT_TYPES, fileKind, MOST_BYTES } from "./import-kind";
import { useRefreshContacts } from "./use-contacts";
import { useWords } from "./words";

const EXAMPLE =
  "\ufeffName;Firma;Nummer;E-Mail;Notiz;Aufgabe\r\n" +
  "Mara Lenz;Brandt & Söhne;0221 82829980;mara@example.test;Nur vormittags;\r\n" +
  "Luca Rossi;Rossi S.r.l.;+39 02 12345678;;;\r\n";

function useExample(): string {
  const [href, setHref] = useState("");
  useEffect(() => {
    const url = URL.createObjectURL(new Blob([EXAMPLE], { type: "text/csv" }));
    setHref(url);
    return () => URL.revokeObjectURL(url);
  }, []);
  return href;
}

const kindOf = (file: File) => fileKind(file.name, file.type);

export function ImportDialog({ onClose }: { onClose: () => void }) {
  const w = useWords();
  const { api } = useServices();
  const example = useExample();
  const refresh = useRefreshContacts();
  const [shared, setShared] = useState(false);
  return (
    <FileImport
      testId="import"
      title={w("contacts.importing.title")}
      intro={
        <>
          {w("contacts.importing.intro")}{" "}
          <a href={example} download={w("contacts.importing.exampleName")}>
            {w("contacts.importing.example")}
          </a>
        </>
      }
      accept=".csv,.tsv,.txt,.vcf,.vcard,text/csv,text/vcard"
      unfit={(file) => {
        if (kindOf(file) === null) return w("contacts.importing.wrongKind");
        const size = MOST_BYTES / 1024 / 1024;
        return file.size > MOST_BYTES ? w("contacts.importing.tooLarge", { size }) : null;
      }}
      settings={String(shared)}
      partly
      rowName={(file, row) =>
        w(kindOf(file) === "vcard" ? "contacts.importing.card" : "fileImport.row", { row })
      }
      send={(file, dryRun) => {
        const typed = new Blob([file], { type: CONTENT_TYPES[kindOf(file) ?? "csv"] });
        return api.importContacts(typed, { dryRun, public: shared });
      }}
      onDone={refresh}
      onClose={onClose}
    >
      <SwitchField
        label={w("contacts.importing.shared")}
        testId="import-public"
        checked={shared}
        onChange={setShared}
      />
    </FileImport>
  );
}
