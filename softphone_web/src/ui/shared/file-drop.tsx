/** Where a file is dropped or chosen: one look for all of them. */
import { type AriaAttributes, useState } from "react";
import classes from "./file-drop.module.css";
import { Icon } from "./icons";

interface FileDropProps {
  title: string;
  hint: string;
  /** Whether there is a file already. */
  filled: boolean;
  accept: string;
  testId: string;
  disabled?: boolean;
  /** What a form says of the field. */
  input?: AriaAttributes & { "data-field"?: string };
  onFile: (file: File) => void;
}

export function FileDrop(props: FileDropProps) {
  const { title, hint, filled, accept, testId, disabled = false, input, onFile } = props;
  const [over, setOver] = useState(false);
  const take = (files: FileList | null) => {
    const chosen = files?.[0];
    if (chosen && !disabled) onFile(chosen);
  };
  return (
    <label
      className={classes.drop}
      data-over={(over && !disabled) || undefined}
      data-disabled={disabled || undefined}
      // The page behind a dialog may take files as well: these are not for it.
      onDragOver={(event) => {
        event.preventDefault();
        event.stopPropagation();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        event.stopPropagation();
        setOver(false);
        take(event.dataTransfer.files);
      }}
    >
      <Icon name={filled ? "note" : "upload"} size={28} />
      <strong>{title}</strong>
      <small>{hint}</small>
      <input
        {...input}
        type="file"
        accept={accept}
        disabled={disabled}
        data-testid={testId}
        onChange={(event) => {
          take(event.currentTarget.files);
          // The same file again, once it was mended, is a change too.
          event.currentTarget.value = "";
        }}
      />
    </label>
  );
}
