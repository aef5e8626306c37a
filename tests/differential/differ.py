import collections
import frame_cases, request_cases, response_cases
from cases import random_for
from compare import find_differences
from frame_rules import FRAME_RULES
REQUEST_RULES=RESPONSE_RULES=[]
GEN={"request":request_cases.make_case,"response":response_cases.make_case,"frames":frame_cases.make_case}
RULES={"request":REQUEST_RULES,"response":RESPONSE_RULES,"frames":FRAME_RULES}
import re
def run_cases(peers, kind, seed, count):
    clusters=collections.OrderedDict(); n=collections.Counter(); used=collections.Counter(); ends=collections.Counter()
    for begin in range(0,count,200):
        cases=[GEN[kind](random_for(seed,kind,i)) for i in range(begin,min(count,begin+200))]
        for case, reactions in zip(cases, peers.react(cases)):
            ends[reactions[0]["end"]]+=1
            for d in find_differences(case, reactions):
                matching=[r for r in RULES[kind] if r.explains(d)]
                if len(matching)==1: used[matching[0].name]+=1; continue
                key=(d.peer,d.what,d.ours[:60] if d.what in('end','head','class','code') else '',re.sub(r"[:'\"].*","",d.theirs[:110],flags=re.S) if d.what in('end','head','class','code') else '',tuple(r.name for r in matching))
                n[key]+=1
                if key not in clusters or len(case.data)<len(clusters[key][0].data): clusters[key]=(case,d)
    print(dict(ends)); print(dict(used))
    for r in RULES[kind]:
        if not used[r.name]: print("UNUSED",r.name)
    for key,c in n.most_common(80):
        case,d=clusters[key]
        print(c,key,"\n     ",case.data[:330], "| THEIRS:", d.theirs[:150] if d.what in('end','head','class','code') else (d.ours,d.theirs))
    if any(k[1]=='end' and k[2]=='open' for k in clusters):
        for k,(case,d) in clusters.items():
            if k[1]=='end' and k[2]=='open': print(case.line()[:300]); print(d, [ (len(p), p[:14].hex()) for p in case.parts], case.cuts, peers.react([case])[0][1]["why"])
