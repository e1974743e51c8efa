	.section	.text,"ax",@progbits
	.p2align	4, 0x90
tree_prune:
	.cfi_startproc
	pushq	%r15
	.cfi_def_cfa_offset 16
	pushq	%r14
	.cfi_def_cfa_offset 24
	pushq	%rbx
	.cfi_def_cfa_offset 32
	.cfi_offset %rbx, -32
	.cfi_offset %r14, -24
	.cfi_offset %r15, -16
	testq	%rdi, %rdi
	je	.LBB1_1
	movq	%rdx, %r14
	movq	%rsi, %r15
	movq	%rdi, %rbx
	movq	(%rdi), %rdi
	callq	tree_prune
	movq	%rax, (%rbx)
	movq	24(%rbx), %rcx
	movq	%rcx, 32(%rbx)
	testq	%rax, %rax
	je	.LBB1_4
	.p2align	4, 0x90
.LBB1_12:
	addq	32(%rax), %rcx
	movq	%rcx, 32(%rbx)
	movq	8(%rax), %rax
	testq	%rax, %rax
	jne	.LBB1_12
.LBB1_4:
	movq	8(%rbx), %rdi
	movq	%r15, %rsi
	movq	%r14, %rdx
	callq	tree_prune
	cmpq	$0, (%rbx)
	jne	.LBB1_8
	cmpb	$2, 44(%rbx)
	je	.LBB1_8
	cmpq	%r15, 32(%rbx)
	ja	.LBB1_8
	movq	24(%rbx), %rcx
	addq	%rcx, (%r14)
	incl	8(%r14)
	movq	16(%rbx), %rdi
	movq	%rax, %r14
	callq	free@PLT
	movq	%rbx, %rdi
	callq	free@PLT
	movq	%r14, %rbx
	jmp	.LBB1_11
.LBB1_8:
	movl	40(%rbx), %ecx
	cmpl	12(%r14), %ecx
	jbe	.LBB1_10
	movl	%ecx, 12(%r14)
.LBB1_10:
	movq	%rax, 8(%rbx)
	jmp	.LBB1_11
.LBB1_1:
	xorl	%ebx, %ebx
.LBB1_11:
	movq	%rbx, %rax
	popq	%rbx
	.cfi_def_cfa_offset 24
	popq	%r14
	.cfi_def_cfa_offset 16
	popq	%r15
	.cfi_def_cfa_offset 8
	retq
.Lfunc_end1:
	.cfi_endproc
# verdict: refuted: prunes what is exactly as large as the least
