from portal.demo.photos import write_all

write_all()
