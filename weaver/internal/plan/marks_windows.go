package plan

const maxMarks = 20 << 10
