"""Verbs of files. Where storage is asked, the verb is cut in three, so that no transaction is open
while the network is waited for::

    ticket = uploads.start_upload(owner_key, name, size_bytes, actor=actor)   # intent
    db.session.commit()
    multipart_id = parts.open_multipart(ticket)                               # call
    uploads.multipart_opened(ticket.upload_id, multipart_id)                  # result
    db.session.commit()
"""
