-- Live parts alone: those that a merge has replaced stay in the folder for some minutes.
SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND table IN ('events', 'unowned', 'by_session')
