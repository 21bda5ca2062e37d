-- The queue of a counter on one day, however many days there are.
CREATE INDEX queue_of_counter ON queue (counter, came_at);

-- The visits in the order of their patients, for a back-fill; those of one patient stand in it, too.
DROP INDEX visits_of_patient;
CREATE INDEX visits_by_patient ON visits (uhid, number);
