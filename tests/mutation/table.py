"""Every mutation, and what would make the table wrong."""

import deflate_mutations
import handshake_mutations
import http_mutations
import protocol_mutations

TABLES = {
    "Frames, messages, closing": protocol_mutations.MUTATIONS,
    "permessage-deflate": deflate_mutations.MUTATIONS,
    "Opening handshake": handshake_mutations.MUTATIONS,
    "HTTP": http_mutations.MUTATIONS,
}
MUTATIONS = [mutation for table in TABLES.values() for mutation in table]


def complaints_about(mutation, tree, known_ids):
    """`tree` is a Tree of tests/hygiene, `known_ids` are those of the catalogue."""
    complaints = [f"{unknown} is no requirement" for unknown in mutation.ids() if unknown not in known_ids]
    if mutation.file not in tree:
        return complaints + [f"{mutation.file} is not there"]
    if mutation.find == mutation.replacement:
        complaints.append("it changes nothing")
    try:
        mutation.apply(tree.text(mutation.file))
    except ValueError as error:
        complaints.append(str(error))
    return complaints


def repeated_names(mutations):
    names = [mutation.name for mutation in mutations]
    return sorted({f"{name} stands there twice" for name in names if names.count(name) > 1})
