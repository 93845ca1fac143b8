"""指令任务: who must do what by when. Work given is counted when it is finished, never when it is typed."""
