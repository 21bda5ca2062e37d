-- What belongs to a visit is found by the visit, however many there are: a patient who looks for their
-- records waits for it.
CREATE INDEX prescriptions_of_visit      ON prescriptions (visit);
CREATE INDEX lab_reports_of_visit        ON lab_reports (visit);
CREATE INDEX results_of_lab_report       ON lab_results (report);
CREATE INDEX immunizations_of_visit      ON immunizations (visit);
CREATE INDEX wellness_of_visit           ON wellness (visit);
CREATE INDEX invoices_of_visit           ON invoices (visit);
CREATE INDEX items_of_invoice            ON invoice_items (invoice);
CREATE INDEX files_of_visit              ON files (visit);
CREATE INDEX imported_documents_of_visit ON imported_documents (visit);

-- Whose telephone it is stands in the index itself.
DROP INDEX patients_by_mobile;
CREATE INDEX patients_by_mobile ON patient_mobiles (mobile_digits, uhid);
