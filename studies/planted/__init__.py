"""Do both methods find two groups of tasks that were planted in the data?"""
