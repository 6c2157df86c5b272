#!/usr/bin/env bash
# Which start wins in winner-takes-all, in the flow and in the network?
# Usage: two_winners.sh [RESDYN]
set -euo pipefail
resdyn=${1:-resdyn}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for clock in flow map; do
    for start in 0.30,0.20 0.20,0.30; do
        "$resdyn" trajectory --system winner-takes-all --y0 "$start" --clock "$clock" --t-end 40 \
            --out "$work" --no-figures --quiet
        # The last line of the CSV is the end: start,t,u_0,u_1,y_0,y_1.
        winner=$(tail -n 1 "$work/trajectory.csv" | awk -F, '{print ($5 > $6) ? 0 : 1}')
        expected=$(awk -F, -v s="$start" 'BEGIN {split(s, y, ","); print (y[1] > y[2]) ? 0 : 1}')
        echo "$clock from ($start): unit $winner wins"
        [ "$winner" = "$expected" ]
    done
done
