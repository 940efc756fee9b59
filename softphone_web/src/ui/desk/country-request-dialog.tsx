/** Asks for a locked country; the form comes when it is wanted. */
import { lazy, Suspense } from "react";

const Form = lazy(() =>
  import("./country-request-form").then((module) => ({ default: module.CountryRequestForm })),
);

export interface CountryRequestProps {
  /** ISO 3166 code. */
  country: string;
  /** What it is wanted for: external id and title. */
  task: { external_id: string; title: string } | null;
  onClose: () => void;
}

export function CountryRequestDialog(props: CountryRequestProps) {
  return (
    <Suspense fallback={null}>
      <Form {...props} />
    </Suspense>
  );
}
