"""Writes a small LoRA as the reference library writes it; where, says the first argument."""
import sys

import numpy as np
from safetensors.numpy import save_file

rank = 16
tensors = {
    "transformer.blocks.0.attn.to_q.lora_A.weight": np.zeros((rank, 64), dtype=np.float16),
    "transformer.blocks.0.attn.to_q.lora_B.weight": np.zeros((64, rank), dtype=np.float16),
    "transformer.blocks.0.attn.to_q.alpha": np.full((), 8, dtype=np.float32),
}
metadata = {
    "ss_network_dim": str(rank),
    "ss_network_alpha": "8",
    "ss_base_model_version": "flux1",
    "ss_max_train_steps": "2000",
    "ss_optimizer": "bitsandbytes.optim.adamw.AdamW8bit",
    "ss_tag_frequency": '{"1_zoë": {"ZOE_1": 12, "portrait": 7, "in the rain": 2}}',
    "ünïcode": "“quotes” \\ and \n lines",
}
save_file(tensors, sys.argv[1], metadata=metadata)
