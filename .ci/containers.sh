# shellcheck shell=bash
# What .ci/container, .ci/rolling and .ci/swarm share: sourced by them, from the root of the project. An engine, a store, and a cleanup that
# ends only what this run started, by its own name or process id.

me=${0##*/}
archive=app/target/banhmi-gateway-image.tar
emulator=app/target/emulators/s3proxy.jar
work=$(mktemp -d)
containers=()
pids=()
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

say() { printf '%s\n' "$me: $*"; }
fail() {
  printf '%s\n' "$me: FAILED: $*" >&2
  exit 1
}

# For a script that starts more than containers and processes.
tidy() { :; }

finish() {
  local status=$?
  # The verdict is in status; a failed cleanup must not stop the rest of it, and can only worsen the verdict.
  set +e
  if ((status != 0)); then
    tail -n 20 "$work"/*.log >&2
    local name
    for name in "${containers[@]}"; do
      docker inspect "$name" >/dev/null 2>&1 || continue
      printf '%s\n' "--- $name" >&2
      docker logs --tail 40 "$name" >&2
    done
  fi
  ((${#containers[@]})) && docker rm --force "${containers[@]}" >/dev/null 2>&1
  tidy
  local i
  for ((i = ${#pids[@]} - 1; i >= 0; i--)); do
    kill "${pids[i]}" 2>/dev/null
    wait "${pids[i]}" 2>/dev/null
  done
  release_ports
  # Container networks leave their namespaces mounted.
  local place
  for place in "$work"/engine/exec/netns/*; do
    umount "$place" 2>/dev/null
  done
  rm -rf --one-file-system "$work" || status=1
  exit "$status"
}
trap finish EXIT

# What has not happened after this many seconds hangs. Not a speed limit: a busy machine is slow, not broken.
hangs=600

# await <what> <command...>: until the command succeeds. A program is begun anew when it does not end: whoever accepted its connection may be gone.
await() {
  local deadline=$((SECONDS + hangs)) what=$1 limit=()
  shift
  [[ $(type -t "$1") != file ]] || limit=(timeout 120)
  until "${limit[@]}" "$@" >/dev/null 2>&1; do
    ((SECONDS < deadline)) || fail "$what: not after $hangs s"
    sleep 0.2
  done
}

# three_times <command...>: for what comes over the network.
three_times() {
  local try
  for try in 1 2; do
    "$@" && return
    sleep $((try * 10))
  done
  "$@"
}

# install_missing <command>=<Debian package>...: these, and an engine.
install_missing() {
  local packages=() pair
  for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null || packages+=("${pair#*=}")
  done
  if ! docker version >/dev/null 2>&1; then
    command -v dockerd >/dev/null || packages+=(docker.io)
    # From Debian 13 on, the client is a package of its own.
    command -v docker >/dev/null || packages+=(docker-cli)
  fi
  ((${#packages[@]})) || return 0
  three_times apt-get update -qq
  if [[ ${packages[*]} == *docker-cli* ]] && ! apt-cache show docker-cli >/dev/null 2>&1; then
    packages=("${packages[@]/docker-cli/docker.io}")
  fi
  DEBIAN_FRONTEND=noninteractive three_times apt-get install -y -qq --no-install-recommends "${packages[@]}"
}

# An engine of our own touches neither the firewall rules nor another engine's data.
start_own_engine() {
  ((EUID == 0)) || fail "only root can start a Docker engine"
  mkdir "$work/engine"
  dockerd --log-level=warn --iptables=false --bridge=none --storage-driver=vfs \
    --data-root="$work/engine/data" --exec-root="$work/engine/exec" --pidfile="$work/engine/pid" \
    --host="unix://$work/engine/docker.sock" >"$work/dockerd.log" 2>&1 &
  pids+=($!)
  export DOCKER_HOST="unix://$work/engine/docker.sock"
  await "dockerd" docker version
}

start_engine() {
  if docker version >/dev/null 2>&1; then
    say "using the engine that is running"
    return
  fi
  start_own_engine
}

load_image() {
  [[ -f $archive ]] || fail "$archive is missing: run mvn package first"
  image=$(docker load --quiet --input "$archive" | sed -n 's/^Loaded image: //p')
  [[ -n $image ]] || fail "docker load named no image"
}

# A port that nothing listens on, and that is reserved for this run until it ends: nginx and containers require a number. It is below the
# kernel's ephemeral ports (from 32768), so no connection takes it by chance, and no port is given out twice.
ports=${TMPDIR:-/tmp}/banhmi-ci-ports
free_port() {
  local port
  mkdir -p "$ports"
  while :; do
    port=$((20000 + RANDOM % 10000))
    reserve "$ports/$port" || continue
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      return
    fi
  done
}

# reserve <file>: whether it now belongs to this run. The file of a killed run stays behind and is taken over later.
reserve() {
  local owner
  if ! (set -o noclobber && echo $$ >"$1") 2>/dev/null; then
    read -r owner 2>/dev/null <"$1" || return 1
    [[ ! -d /proc/$owner ]] || return 1
    rm -f "$1"
    (set -o noclobber && echo $$ >"$1") 2>/dev/null || return 1
  fi
}

release_ports() {
  local file owner
  for file in "$ports"/*; do
    read -r owner 2>/dev/null <"$file" && [[ $owner == "$$" ]] && rm -f "$file"
  done
}

# Starts the emulator as a child process, with bucket demo; its port is in store_port.
start_store() {
  [[ -f $emulator ]] || fail "$emulator is missing: run mvn verify first"
  store_port=$(free_port)
  mkdir -p "$work/store/demo"
  store_settings "127.0.0.1:$store_port" "$work/store" >"$work/s3proxy.conf"
  "$java" -XX:+ExitOnOutOfMemoryError -jar "$emulator" --properties "$work/s3proxy.conf" >"$work/s3proxy.log" 2>&1 &
  pids+=($!)
  await "s3proxy" curl -s -o /dev/null "http://127.0.0.1:$store_port/"
}

# store_settings <host:port> <directory>
store_settings() {
  cat <<EOT
s3proxy.endpoint=http://$1
s3proxy.authorization=aws-v2-or-v4
s3proxy.identity=local
s3proxy.credential=local
s3proxy.ignore-unknown-headers=true
jclouds.provider=filesystem-nio2
jclouds.filesystem.basedir=$2
EOT
}

restricted=(--network=host --read-only --user 10001 --cap-drop=ALL --security-opt=no-new-privileges --memory 512m)

# What a gateway needs for this store, as arguments of docker run.
gateway_settings() {
  printf '%s\n' --env SPRING_PROFILES_ACTIVE=aws --env BANHMI_ACCESS_ALLOW_OPEN=true \
    --env "BANHMI_S3_ENDPOINT=http://127.0.0.1:$store_port" --env BANHMI_S3_REGION=us-east-1 \
    --env BANHMI_S3_PATH_STYLE_ACCESS=true --env BANHMI_S3_ACCESS_KEY_ID=local --env BANHMI_S3_SECRET_ACCESS_KEY=local \
    --env BANHMI_BUCKETS_DEMO_KEY_LAYOUT=hashed
}

# run_gateway <name> <port> <management port> [<argument of docker run>...]
run_gateway() {
  local name=$1 port=$2 management_port=$3 settings
  shift 3
  mapfile -t settings < <(gateway_settings)
  containers+=("$name")
  docker run --detach --name "$name" "${restricted[@]}" "${settings[@]}" \
    --env SERVER_PORT="$port" --env MANAGEMENT_SERVER_PORT="$management_port" "$@" "$image" >/dev/null
}

# embedded <path>: a file that localstack/vm/cloud-init.yaml writes.
embedded() {
  awk -v path="$1" '
    $1 == "-" && $2 == "path:" { here = $3 == path; text = 0; next }
    here && $1 == "content:" { text = 1; next }
    here && text && (/^      / || /^$/) { print substr($0, 7); next }
    { text = 0 }' localstack/vm/cloud-init.yaml
}
