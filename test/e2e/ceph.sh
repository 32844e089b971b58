#!/usr/bin/env bash
# usage: ceph.sh FOLDER MONITOR_PORT GATEWAY_PORT SECOND_GATEWAY_PORT: starts a Ceph cluster on 127.0.0.1: a monitor, three OSDs
# on files (a copy of each object on each) and two S3 gateways. FOLDER/*.pid has the processes. The keys are TESTKEY and
# test/secret+0123456789.
set -euo pipefail
folder=$1 monitor=$2 gateways=("$3" "$4")
mkdir -p "$folder"
cd "$folder"
cat >ceph.conf <<END
[global]
fsid = $(cat /proc/sys/kernel/random/uuid)
mon initial members = a
mon host = [v2:127.0.0.1:$monitor]
public network = 127.0.0.0/8
ms bind ipv6 = false
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
auth allow insecure global id reclaim = false
run dir = $folder
admin socket = $folder/\$name.asok
log file = $folder/\$name.log
pid file = $folder/\$name.pid
osd pool default size = 3
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon data avail crit = 1
mon data avail warn = 2
mon osd min down reporters = 1
osd heartbeat grace = 6
osd heartbeat interval = 2
[mon]
mon data = $folder/mon.\$id
[osd]
osd data = $folder/osd.\$id
keyring = $folder/osd.\$id/keyring
osd objectstore = bluestore
bluestore block size = 8589934592
bluestore block create = true
osd memory target = 939524096
[client]
keyring = $folder/keyring
rgw sts key = 0123456789abcdef
rgw s3 auth use sts = true
END
export CEPH_ARGS="--conf $folder/ceph.conf"
ceph-authtool --create-keyring keyring --gen-key -n mon. --cap mon 'allow *' >/dev/null
ceph-authtool keyring --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *' >/dev/null
monmaptool --create --clobber --fsid "$(sed -n 's/^fsid = //p' ceph.conf)" --addv a "[v2:127.0.0.1:$monitor]" monmap >/dev/null
mkdir mon.a
ceph-mon --mkfs -i a --monmap monmap --keyring keyring
ceph-mon -i a
for number in 1 2; do
  mkdir "rgw.$number"
  ceph auth get-or-create "client.rgw.$number" mon 'allow rw' osd 'allow rwx' >"rgw.$number/keyring"
done
for number in 0 1 2; do
  (
    mkdir "osd.$number"
    uuid=$(cat /proc/sys/kernel/random/uuid) key=$(ceph-authtool --gen-print-key)
    echo "{\"cephx_secret\":\"$key\"}" >"osd.$number/new.json"
    ceph osd new "$uuid" "$number" -i "osd.$number/new.json" >/dev/null
    printf '[osd.%d]\n\tkey = %s\n' "$number" "$key" >"osd.$number/keyring"
    ceph-osd -i "$number" --mkfs --osd-uuid "$uuid" >/dev/null 2>"osd.$number.mkfs.log"
    ceph-osd -i "$number" >/dev/null 2>&1
  ) &
done
wait
for number in 1 2; do
  radosgw -n "client.rgw.$number" --keyring "$folder/rgw.$number/keyring" \
    --rgw-frontends "beast endpoint=127.0.0.1:${gateways[$((number - 1))]}" >/dev/null 2>&1 &
done
wait
for port in "${gateways[@]}"; do
  deadline=$((SECONDS + 120))
  until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
    ((SECONDS < deadline)) || { echo "no gateway answers on port $port" >&2; exit 1; }
    sleep 0.2
  done
done
radosgw-admin user create --uid test --display-name test --access-key TESTKEY --secret-key test/secret+0123456789 \
  --caps 'user-policy=*' >/dev/null 2>&1
