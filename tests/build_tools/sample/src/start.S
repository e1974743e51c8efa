	.globl start
	.type start, @function
start:
	xorl %eax, %eax
	ret
	.size start, .-start
	.section .note.GNU-stack,"",@progbits
