"""From everyday words to situations and dangers, without a network and without a trained model.

A situation is found by two kinds of knowledge, both plain words in the city pack. *Signs* are what a dispatcher listens
for: an object with its defect and its place («крыша течёт», «двор снег»), each with a weight. *Examples* are everyday
phrasings, those of the pack and those learnt from corrections; their words weigh by how much they speak for one
situation rather than for the others. The two sums added up rank the situations.
"""
