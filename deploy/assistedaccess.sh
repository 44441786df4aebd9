#!/bin/sh
# For /usr/local/sbin/assistedaccess: what root types runs as the service does, under its settings
# and as its user. Name files by their whole path: it runs in the service's own folder.
set -eu
set -a
. /etc/assistedaccess/environment
set +a
cd "$ASSISTEDACCESS_DATA_DIR"
umask 077
exec runuser -u assistedaccess -- /opt/assistedaccess/bin/assistedaccess "$@"
